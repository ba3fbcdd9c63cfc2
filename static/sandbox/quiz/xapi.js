/* The launch parameters of an xAPI activity (the "Rustici launch"), and the one statement that the quiz sends. */

const NAMES = ["endpoint", "auth", "actor", "activity_id"];

/** `{demo}` without any parameter, `{problem}` when they can't be read, otherwise `{launch}`. */
export function readLaunch(search) {
  const given = new URLSearchParams(search);
  if (!NAMES.some((name) => given.has(name))) return { demo: true };
  if (!NAMES.every((name) => given.get(name))) return { problem: true };
  try {
    const endpoint = new URL(given.get("endpoint"));
    if (!["http:", "https:"].includes(endpoint.protocol)) return { problem: true };
    if (!endpoint.pathname.endsWith("/")) endpoint.pathname += "/";
    const actor = JSON.parse(given.get("actor"));
    if (actor === null || typeof actor !== "object") return { problem: true };
    const launch = { endpoint: endpoint.href, auth: given.get("auth"), actor, activityId: given.get("activity_id") };
    return { launch: { ...launch, registration: given.get("registration") } };
  } catch {
    return { problem: true };
  }
}

export function completedStatement(launch, result, { id, timestamp }) {
  return {
    id,
    timestamp,
    actor: launch.actor,
    verb: { id: "http://adlnet.gov/expapi/verbs/completed", display: { "en-US": "completed" } },
    object: {
      objectType: "Activity",
      id: launch.activityId,
      definition: { name: { en: "Statistics: a short quiz" }, type: "http://adlnet.gov/expapi/activities/assessment" },
    },
    result,
    ...(launch.registration ? { context: { registration: launch.registration } } : {}),
  };
}

/** True when the statement is safe. A second sending of the same id is answered 409 by a store that has it already. */
export async function send(launch, statement, fetcher = fetch) {
  try {
    const answer = await fetcher(new URL("statements", launch.endpoint), {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
        Authorization: launch.auth,
      },
      body: JSON.stringify(statement),
      signal: AbortSignal.timeout(20_000),
    });
    return answer.ok || answer.status === 409;
  } catch {
    return false;
  }
}
