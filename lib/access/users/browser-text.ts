const BROWSERS: readonly (readonly [sign: RegExp, name: string])[] = [
  // most browsers list several products in their user agent, so the order matters: the first match is used
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
 * Returns a readable name for a user agent, for example `Firefox on Linux`. If the browser is not recognized, the user
 * agent itself is returned, shortened.
 * @param userAgent null = the request had no such header
 */
export function formatBrowser(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === '') return 'unknown'
  const found = (list: typeof BROWSERS) => list.find(([sign]) => sign.test(userAgent))?.[1]
  const [browser, system] = [found(BROWSERS), found(SYSTEMS)]
  if (!browser) return userAgent.slice(0, LONGEST)
  return system ? `${browser} on ${system}` : browser
}
