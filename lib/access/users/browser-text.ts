const BROWSERS: readonly (readonly [sign: RegExp, name: string])[] = [
  // most say that they are several: the first that fits counts
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
 * A browser in words, such as `Firefox on Linux`, by what it says of itself. What is no browser's text is shown as it is, cut.
 * @param userAgent null = it said nothing
 */
export function formatBrowser(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === '') return 'unknown'
  const found = (list: typeof BROWSERS) => list.find(([sign]) => sign.test(userAgent))?.[1]
  const [browser, system] = [found(BROWSERS), found(SYSTEMS)]
  if (!browser) return userAgent.slice(0, LONGEST)
  return system ? `${browser} on ${system}` : browser
}
