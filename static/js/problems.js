/* What went wrong with a device, as a code that the page has words for. Pure. */

export const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  OverconstrainedError: "unfit",
};

/** The code of an error; without a secure address browsers offer no devices at all. */
export function problemOf(error, isSecure = true) {
  if (!isSecure) return "insecure";
  return PROBLEMS[error?.name] ?? "unknown";
}
