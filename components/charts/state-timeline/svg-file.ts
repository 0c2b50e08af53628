/** What a picture looks like by the page's style sheet, which a file of its own does not have. */
const LOOKS = ['fill', 'stroke', 'font-family', 'font-weight', 'paint-order'] as const

/** A drawn SVG as a file that stands by itself: its colours written out, on the page's background. */
export function svgFile(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement
  const originals = [drawn, ...drawn.querySelectorAll<SVGElement>('*')]
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  for (const [i, original] of originals.entries()) {
    const target = copies[i]
    if (!target) continue
    const looks = getComputedStyle(original)
    for (const name of LOOKS) {
      // a hatch is named by the attribute, which stands by itself
      if (name === 'fill' && original.getAttribute('fill')?.startsWith('url(')) continue
      target.style.setProperty(name, looks.getPropertyValue(name))
    }
  }
  for (const cross of copy.querySelectorAll('[data-crosshair]')) cross.remove()
  copy.removeAttribute('class')
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.background = getComputedStyle(document.body).backgroundColor
  return new XMLSerializer().serializeToString(copy)
}
