import { escapeMarkup } from '#lib/contract/markup.ts'

/** CSS properties that are copied into a saved file, because the file does not have the page's style sheet. */
const STYLE_PROPERTIES = ['fill', 'stroke', 'font-family', 'font-weight', 'paint-order'] as const

/** Returns a rendered SVG as a self-contained file, with its colors and the page's background color written out. */
function svgFile(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement
  const originals = [drawn, ...drawn.querySelectorAll<SVGElement>('*')]
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  for (const [i, original] of originals.entries()) {
    const target = copies[i]
    if (!target) continue
    const style = getComputedStyle(original)
    for (const name of STYLE_PROPERTIES) {
      // the `fill` attribute of a hatched shape refers to a pattern inside the file, so it needs no style
      if (name === 'fill' && original.getAttribute('fill')?.startsWith('url(')) continue
      target.style.setProperty(name, style.getPropertyValue(name))
    }
  }
  for (const cross of copy.querySelectorAll('[data-crosshair]')) cross.remove()
  copy.removeAttribute('class')
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.background = getComputedStyle(document.body).backgroundColor
  return new XMLSerializer().serializeToString(copy)
}

/** Heading above the picture of a chart. */
export interface PictureHeading {
  title: string
  /** range and time zone, or the moment that the picture shows */
  detail: string
}

const HEADING_PX = 44
const PADDING_PX = 12

/**
 * Returns a self-contained SVG file of a drawing with a heading above it, so that a picture in a ticket shows its
 * subject and time.
 */
export function buildHeadedSvgFile(drawn: SVGSVGElement, { title, detail }: PictureHeading): string {
  const { width, height } = drawn.getBoundingClientRect()
  const style = getComputedStyle(document.body)
  const text = (y: number, size: number, words: string) =>
    `<text x="${PADDING_PX}" y="${y}" font-size="${size}" fill="${style.color}">${escapeMarkup(words)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + HEADING_PX}" font-family="${escapeMarkup(style.fontFamily)}">`,
    `<rect width="100%" height="100%" fill="${style.backgroundColor}"/>`,
    text(18, 14, title),
    text(35, 11, detail),
    `<svg y="${HEADING_PX}" width="${width}" height="${height}">${svgFile(drawn)}</svg>`,
    '</svg>',
  ].join('')
}

/**
 * Converts a picture to PNG with twice the pixel size of the drawing, for high-density screens and print.
 * @throws Error if the browser cannot create the picture
 */
export async function convertToPng(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('the picture could not be made')))),
  )
}
