import { inflateSync } from 'node:zlib'

/**
 * Page of a PDF: its text without spaces, and the distance in px from the left edge of the paper to the start of the
 * rightmost piece of text (`right`).
 */
interface PdfPage {
  text: string
  right: number
}

type Matrix = readonly [number, number, number, number, number, number]
const multiply = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + b * i,
  a * h + b * j,
  c * g + d * i,
  c * h + d * j,
  e * g + f * i + k,
  e * h + f * j + l,
]
const UNIT: Matrix = [1, 0, 0, 1, 0, 0]
const POINTS_PER_PX = 0.75

/**
 * Returns the pages of a PDF that Chromium has printed. The reader supports only the parts of the format that Chromium
 * writes: one object for each stream, fonts and forms named by the number of their object, and text with a ToUnicode
 * map.
 */
export function readPdfPages(pdf: Buffer): PdfPage[] {
  const source = pdf.toString('latin1')
  const objects = new Map<string, string>()
  for (const { 1: id = '', 2: body = '' } of source.matchAll(/(?:^|\n)(\d+) 0 obj\r?\n?([\s\S]*?)\nendobj/g)) {
    objects.set(id, body)
  }
  const read = (id: string): string => {
    const body = objects.get(id) ?? ''
    const start = body.indexOf('stream')
    if (start < 0) return body
    const bytes = Buffer.from(body.slice(start).replace(/^stream\r?\n/, ''), 'latin1')
    return body.slice(0, start).includes('/FlateDecode')
      ? inflateSync(bytes).toString('latin1')
      : bytes.toString('latin1')
  }
  const reference = (id: string, name: string) =>
    new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(objects.get(id) ?? '')?.[1] ?? ''
  const fonts = new Map<string, Map<string, string>>()
  const fontOf = (id: string) => {
    const known = fonts.get(id) ?? readGlyphs(read(reference(id, 'ToUnicode')))
    fonts.set(id, known)
    return known
  }
  const write = (page: PdfPage, id: string, outer: Matrix): void => {
    const saved: Matrix[] = []
    let [matrix, line, font] = [outer, UNIT, new Map<string, string>()]
    let operands: string[] = []
    for (const [token] of read(id).matchAll(/<[0-9A-Fa-f]*>|\[|\]|[^\s[\]<>]+/g)) {
      const numbers = () => operands.slice(-6).map(Number) as unknown as Matrix
      if (token === 'q') saved.push(matrix)
      else if (token === 'Q') matrix = saved.pop() ?? matrix
      else if (token === 'cm') matrix = multiply(numbers(), matrix)
      else if (token === 'Tm') line = numbers()
      else if (token === 'Td') line = multiply([1, 0, 0, 1, Number(operands.at(-2)), Number(operands.at(-1))], line)
      else if (token === 'Tf') font = fontOf(operands.at(-2)?.slice(2) ?? '')
      else if (token === 'Do') write(page, operands.at(-1)?.slice(2) ?? '', matrix)
      else if (token === 'Tj' || token === 'TJ') {
        // fonts with one byte for each glyph are drawn as outlines (Type 3)
        const glyph = [...font.keys()][0]?.length === 2 ? /../g : /.{4}/g
        const codes = operands
          .filter((one) => one.startsWith('<'))
          .flatMap((one) => one.slice(1, -1).match(glyph) ?? [])
        page.text += codes.map((code) => font.get(code.toUpperCase()) ?? '').join('')
        page.right = Math.max(page.right, multiply(line, matrix)[4] / POINTS_PER_PX)
      } else {
        operands.push(token)
        continue
      }
      operands = []
    }
  }
  return [...objects]
    .filter(([, body]) => /\/Type\s*\/Page\b/.test(body))
    .map(([id]) => {
      const page = { text: '', right: 0 }
      write(page, reference(id, 'Contents'), UNIT)
      return { ...page, text: page.text.replaceAll(/\s/g, '') }
    })
}

/** Returns the characters of a font's glyphs, from the font's ToUnicode map. */
function readGlyphs(map: string): Map<string, string> {
  const glyphs = new Map<string, string>()
  const hex = (value: number, length: number) => value.toString(16).toUpperCase().padStart(length, '0')
  const text = (code: string) =>
    String.fromCharCode(...(code.match(/.{4}/g) ?? []).map((part) => Number.parseInt(part, 16)))
  for (const { 1: block = '' } of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const { 1: glyph = '', 2: code = '' } of block.matchAll(/<(\w+)> <(\w+)>/g))
      glyphs.set(glyph.toUpperCase(), text(code))
  }
  for (const { 1: block = '' } of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const { 1: from = '', 2: to = '', 3: code = '' } of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let glyph = Number.parseInt(from, 16); glyph <= Number.parseInt(to, 16); glyph++) {
        glyphs.set(
          hex(glyph, from.length),
          String.fromCharCode(Number.parseInt(code, 16) + glyph - Number.parseInt(from, 16)),
        )
      }
    }
  }
  return glyphs
}
