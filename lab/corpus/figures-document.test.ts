import { describe, expect, it } from 'vitest'
import { type PollIntervalFigures, replacePollIntervalSections, withSummary } from './figures-document.ts'

const HEAD = ['| Polled every | Found |', '| --- | --- |']
const EMPTY = `# Title

<!-- figures: npm run bench detection -- --write -->
<!-- end of figures -->

## Next
`
const section = (everySeconds: number, found: string): PollIntervalFigures => ({
  everySeconds,
  rows: [`| ${everySeconds} s | ${found} |`],
  text: `| Kind | Found |\n| --- | --- |\n| path_down | ${found} |`,
})

describe('the figures of intervals', () => {
  it('stand in the order of the intervals, and what is around them stays', () => {
    const written = replacePollIntervalSections(EMPTY, HEAD, [section(300, 'a'), section(10, 'b')])
    expect(written.indexOf('| 10 s | b |')).toBeLessThan(written.indexOf('| 300 s | a |'))
    expect(written.indexOf('### Polled every 10 s')).toBeLessThan(written.indexOf('### Polled every 300 s'))
    expect(written.startsWith('# Title\n')).toBe(true)
    expect(written.endsWith('\n## Next\n')).toBe(true)
  })

  it('of one interval are replaced alone, as if all had been written at once', () => {
    const first = replacePollIntervalSections(EMPTY, HEAD, [section(10, 'old'), section(60, 'kept')])
    const second = replacePollIntervalSections(first, HEAD, [section(10, 'new')])
    expect(second).toBe(replacePollIntervalSections(EMPTY, HEAD, [section(10, 'new'), section(60, 'kept')]))
    expect(replacePollIntervalSections(second, HEAD, [])).toBe(second)
  })

  it('have their table over all intervals in another document, too', () => {
    const figures = replacePollIntervalSections(EMPTY, HEAD, [section(10, 'a'), section(60, 'b')])
    const document = withSummary(EMPTY, figures)
    expect(document).toContain([...HEAD, '| 10 s | a |', '| 60 s | b |'].join('\n'))
    expect(document).not.toContain('### ')
    expect(document.endsWith('\n## Next\n')).toBe(true)
    expect(withSummary(document, figures)).toBe(document)
    expect(() => withSummary('# Title\n', figures)).toThrow('no place')
  })

  it('need a place', () => expect(() => replacePollIntervalSections('# Title\n', HEAD, [])).toThrow('no place'))
})
