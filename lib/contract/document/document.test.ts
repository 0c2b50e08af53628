import { expect, it } from 'vitest'
import { renderMailHtml, renderPrintHtml } from './html.ts'
import { escapeMarkdown, renderMarkdown } from './markdown.ts'
import { shortenText, createLabelledText, createLabelledBlock, type TextSection } from './document-model.ts'
import { COMPACT_LAYOUT, MAIL_LAYOUT, renderPlainText } from './plain-text.ts'

const NAME = 'a<b>|`c`'
const columns = [{ label: 'what' }, { label: 'how many', align: 'number' as const }]
const sections: TextSection[] = [
  {
    heading: NAME,
    level: 1,
    blocks: [
      { text: `of ${NAME}` },
      createLabelledBlock([
        ['State', 'up'],
        ['AS', 0],
        ['Unknown', null],
      ]),
    ],
  },
  {
    heading: ['Events of ', { code: NAME }],
    blocks: [
      { list: [{ words: [{ strong: 'Down' }, ` ${NAME}`], parts: [{ words: 'part' }] }] },
      {
        table: {
          columns,
          rows: [
            [NAME, ''],
            ['b', '2'],
          ],
        },
      },
      { table: { columns, rows: [], empty: 'None.' } },
      { drawing: { title: 'Tracks', svg: '<svg/>', signs: '|..|' } },
    ],
  },
  {
    heading: '',
    blocks: [
      { facts: [createLabelledText('', 'two\n lines'), createLabelledText('Link', 'here', 'https://x.example/?a&b')] },
    ],
  },
]

it('is plain text in two columns', () => {
  expect(renderPlainText(sections, COMPACT_LAYOUT)).toBe(`a<b>|\`c\`
of a<b>|\`c\`
  State  up
  AS     0

Events of a<b>|\`c\`
- Down a<b>|\`c\`
  - part
what: a<b>|\`c\`
what: b; how many: 2
None.
|..|

two lines
  Link  here
`)
})

it('is plain text with rules between its sections', () => {
  expect(renderPlainText(sections.slice(0, 2), MAIL_LAYOUT)).toMatch(
    /^a<b>\|`c`\n\nof a<b>\|`c`\nState: {10}up\nAS: {13}0\n\n----\n\nEvents of /,
  )
})

it.each([
  ['*a* _b_ a_b', String.raw`\*a\* \_b\_ a_b`],
  ['by @ops, see #12', String.raw`by \@ops, see \#12`],
  ['https://a.example/b_c#d', 'https://a.example/b_c#d'],
])('of %s mentions nobody and emphasizes nothing in Markdown', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped)
})

it('is Markdown in which no name renders', () => {
  expect(renderMarkdown(sections)).toBe(`# a\\<b>\\|\\\`c\\\`

of a\\<b>\\|\\\`c\\\`

| | |
|---|---|
| State | up |
| AS | 0 |

## Events of \`a<b>|'c'\`

- **Down** a\\<b>\\|\\\`c\\\`
  - part

| what | how many |
|---|---|
| a\\<b>\\|\\\`c\\\` |  |
| b | 2 |

None.

![Tracks](data:image/svg+xml;base64,PHN2Zy8+)

\`\`\`text
|..|
\`\`\`

| | |
|---|---|
|  | two lines |
| Link | here |
`)
})

it('is HTML in which no name is markup', () => {
  const mail = renderMailHtml(sections)
  expect(mail).toContain('<h2 style="font-size: 16px">a&lt;b&gt;|`c`</h2>')
  expect(mail).toContain('<li><b>Down</b> a&lt;b&gt;|`c`<ul><li>part</li></ul></li>')
  expect(mail).toContain('<a href="https://x.example/?a&amp;b">here</a>')
  const printed = renderPrintHtml({ title: NAME, subtitle: 's', footer: 'f' }, sections)
  expect(printed).toContain('<tr><td>b</td><td class="number">2</td></tr>')
  expect(printed).toContain('<p>None.</p>')
  expect(mail + printed).not.toMatch(/<b>\|/)
})

it('cuts a text between letters', () => {
  expect([shortenText('a🙂🙂', 3), shortenText('a🙂🙂b', 3)]).toEqual(['a🙂🙂', 'a🙂…'])
})
