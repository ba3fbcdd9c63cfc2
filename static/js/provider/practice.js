/* The worker of the practice provider: a classic script that agrees to everything, as software that is running would. */

self.onmessage = ({ data }) => {
  const answers = { startExamAttempt: "examAttemptStarted", endExamAttempt: "examAttemptEnded", ping: "echo" };
  if (answers[data?.type]) self.postMessage({ type: answers[data.type] });
};
