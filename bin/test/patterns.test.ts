import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAstAsync } from 'vitest/node'
import { describe, expect, it } from 'vitest'
import { findBacktracking } from './backtracking.ts'

describe('a pattern that', () => {
  it.each([
    ['repeats what repeats', '^(a+)+$'],
    ['repeats two words with the same begin', '^(?:a|aa)*$'],
    ['has two blanks beside each other', '^a *\\s*b'],
    ['may begin anywhere in a repetition', '\\s+$'],
    ['may begin within what it passes', '<[^>]*>'],
    ['has a lookahead that does so', '\\B(?=(\\d{3})+$)'],
    ['has a line of IOS XR as it was', 'neighbor \\S+ (?:Up|Down) - .*?(?: \\(VRF: .*\\))?\\s*$'],
  ])('%s may take more than linear time', (_, source) => expect(findBacktracking(source)).not.toBeNull())

  it.each([
    ['^\\s+$'],
    ['(?<!\\s)\\s+$'],
    ['<[^<>]*>'],
    ['\\s+'],
    ['%[^]*'],
    ['^(?:ab|a)*c'],
    ['^"((?:[^"\\\\]|\\\\.)*)"$'],
    ['neighbor .{0,300}?x$'],
  ])('%s is linear', (source) => expect(findBacktracking(source)).toBeNull())
})

/** Files whose patterns only read this repository, or text that an operator or user enters for their own use. */
const OWN_TEXT =
  /^bin\/structure\/|^lib\/platform\/(?:words|migrations)\/|^components\/(?:declarations\/forms|routes\/lookup|time)\//
/** Reasons why a reported pattern is linear nevertheless. */
const SHOWN: Record<string, string> = {
  '(^|\\/\\/)([^:@/]*):(?!\\/\\/).*@': 'of addresses in the environment, to be masked whole',
  '\\B(?=(\\d{3})+$)': 'of a number that is formatted here',
  '\\B(?=(\\d{3})+(?!\\d))': 'of a number that is formatted here',
  '\\/subscriptions\\/[^\\s\'"<>]*[^\\s\'"<>.,;:)]': 'its slash may be its end, so that it never fails once it began',
}
/** Modules that build patterns from parts. */
const COMPOSED = [
  '#lib/routers/bmp/syslog/bgp-line.ts',
  '#lib/routers/bmp/syslog/syslog-message.ts',
  '#lib/maintenance/calendars/read/notice-text.ts',
  '#lib/recording/scrub/scrubber.ts',
  '#lib/recording/scrub/vocabulary.ts',
  '#lib/recording/replay/request-key.ts',
]

async function written(): Promise<[file: string, source: string, flags: string][]> {
  const found: [string, string, string][] = []
  for (const folder of ['lib', 'app', 'components'])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(folder, name)
      if (
        !/\.(?:tsx?|mjs)$/.test(file) ||
        /\.test\.|\/(?:generated|testing|fixtures)\//.test(file) ||
        OWN_TEXT.test(file)
      )
        continue
      const text = readFileSync(file, 'utf8')
      if (!/[=(,:&|?!>[{]\s*\/[^/*]/.test(text)) continue
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        const { type, regex } = node as { type?: string; regex?: { pattern: string; flags: string } }
        if (type === 'Literal' && regex) found.push([file, regex.pattern, regex.flags])
        for (const child of Object.values(node)) visit(child)
      }
      visit(await parseAstAsync(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }))
    }
  return found
}

async function composed(): Promise<[file: string, source: string, flags: string][]> {
  const found: [string, string, string][] = []
  const { RegExp } = globalThis
  for (const file of COMPOSED) {
    globalThis.RegExp = new Proxy(RegExp, {
      construct(target, [source, flags]: [string, string?]) {
        const made = new target(source, flags)
        found.push([file, made.source, made.flags])
        return made
      },
    })
    // with a query, so that the module is loaded again even if another test imported it before
    await import(`${file}?composed`).finally(() => {
      globalThis.RegExp = RegExp
    })
  }
  return found
}

it('every pattern that sees what others wrote is linear', { timeout: 60_000 }, async () => {
  const [literals, made] = [await written(), await composed()]
  expect(literals.length).toBeGreaterThan(600)
  expect(made.length).toBeGreaterThan(10)
  const known = new Map<string, string | null>()
  const faults = [...literals, ...made].flatMap(([file, source, flags]) => {
    const text = Object.keys(SHOWN).reduce((rest, part) => rest.replace(part, 'x'), source)
    const key = `${text}/${flags}`
    if (!known.has(key)) known.set(key, findBacktracking(text, flags))
    const fault = known.get(key)
    return fault ? [`${file}: /${source}/${flags}: ${fault}`] : []
  })
  expect(faults).toEqual([])
})
