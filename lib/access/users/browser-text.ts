const BROWSERS: readonly (readonly [sign: RegExp, name: string])[] = [
  // most browsers name several products in their user agent, so the first match in this order is used
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]
const LONGEST = 80

/**
 * Returns the name of a browser and its system, for example `Firefox on Linux`, from its user agent. An unrecognized
 * user agent is returned itself, truncated.
 * @param userAgent null = the header was not sent
 */
export function formatBrowser(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === '') return 'unknown'
  const found = (list: typeof BROWSERS) => list.find(([sign]) => sign.test(userAgent))?.[1]
  const [browser, system] = [found(BROWSERS), found(SYSTEMS)]
  if (!browser) return userAgent.slice(0, LONGEST)
  return system ? `${browser} on ${system}` : browser
}
