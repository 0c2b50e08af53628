/** Properties that come from the page's style sheet, which a separate file does not have. */
const STYLE_PROPERTIES = ['fill', 'stroke', 'font-family', 'font-weight', 'paint-order'] as const

/** A rendered SVG as a self-contained file: colours written out, on the page's background. */
export function svgFile(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement
  const originals = [drawn, ...drawn.querySelectorAll<SVGElement>('*')]
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  for (const [i, original] of originals.entries()) {
    const target = copies[i]
    if (!target) continue
    const style = getComputedStyle(original)
    for (const name of STYLE_PROPERTIES) {
      // a hatch is referenced by the attribute, which needs no style sheet
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
