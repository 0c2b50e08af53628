import { expect, it } from 'vitest'
import { type CsvCell, toCsvRows, toCsv } from './csv.ts'

it.each<{ value: CsvCell; text: string }>([
  { value: 'a,b', text: '"a,b"' },
  { value: 'say "no"', text: '"say ""no"""' },
  { value: 'two\nlines', text: '"two\nlines"' },
  { value: null, text: '' },
  { value: true, text: 'true' },
  { value: -2, text: '-2' },
  { value: '-12.34', text: '-12.34' },
  { value: '−12.34', text: '−12.34' },
  { value: '-12.34.5', text: "'-12.34.5" },
  { value: '=1+1', text: "'=1+1" },
  { value: '=HYPERLINK("x")', text: '"\'=HYPERLINK(""x"")"' },
  { value: '+44 20 7946 0000', text: "'+44 20 7946 0000" },
  { value: '@sum', text: "'@sum" },
  // Spreadsheets that trim a cell evaluate the text after the blanks.
  { value: ' =1+1', text: "' =1+1" },
  { value: '\u00a0@sum', text: "'\u00a0@sum" },
  { value: ' -2', text: ' -2' },
  // Some spreadsheets treat full-width signs like the ASCII signs.
  { value: '＝1+1', text: "'＝1+1" },
  { value: '＋1', text: "'＋1" },
  { value: '－1+1', text: "'－1+1" },
  { value: '＠sum', text: "'＠sum" },
])('a cell $value is written as $text', ({ value, text }) => {
  expect(toCsv([['a'], [value]])).toBe(`a\r\n${text}\r\n`)
})

it('each row is one line, the names of the columns first', () => {
  const columns = { a: ([name]: [string, number | null]) => name, b: ([, count]: [string, number | null]) => count }
  expect(
    toCsv(
      toCsvRows(columns, [
        ['x', 1],
        ['y', null],
      ]),
    ),
  ).toBe('a,b\r\nx,1\r\ny,\r\n')
  expect(toCsv(toCsvRows(columns, []))).toBe('a,b\r\n')
})
