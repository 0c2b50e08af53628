/**
 * Replaces the generated part of a document, which is between two HTML comments.
 * @throws Error if the document does not contain both comments
 */
export function replaceGeneratedPart(
  page: string,
  { begin, end, text }: { begin: string; end: string; text: string },
): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${begin}" before "${end}"`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}
