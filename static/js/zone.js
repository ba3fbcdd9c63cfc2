/* The reader's time zone as a cookie, so that pages show times as the reader's clock does. Pure. */

/** The cookies to try in turn: the first works inside an LMS frame too, the second where there is no https. */
export function zoneCookies(zone, isSecure) {
  if (!/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone ?? "")) return [];
  const base = `timezone=${zone}; path=/; max-age=31536000`;
  const plain = `${base}; SameSite=Lax`;
  return isSecure ? [`${base}; SameSite=None; Secure; Partitioned`, plain] : [plain];
}

export function hasZone(cookies, zone) {
  return cookies.split("; ").includes(`timezone=${zone}`);
}
