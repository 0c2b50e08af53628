import { stylesOf, pictureName } from './take.ts'
import type { View } from './views.ts'

/** The page beside the pictures: what each shows, and a link to each that is there. */
export function picturesIndex(views: readonly View[], isThere: (name: string) => boolean): string {
  const rows = views.flatMap((view) => {
    const links = stylesOf(view)
      .map(({ size, theme }) => ({ name: pictureName(view, size, theme), text: `${size.width} ${theme}` }))
      .filter(({ name }) => isThere(name))
      .map(({ name, text }) => `[${view.onPaper ? 'A4' : text}](${name})`)
    return links.length > 0 ? [`| ${view.name} | ${view.shows} | ${links.join(', ')} |`] : []
  })
  return `# Screens

Every screen on the built-in estate, freshly started, 360, 1440 and 3840 px wide, light and dark; those of 3840 px are kept at half
their size. \`npm run bench pictures\` takes them again and writes this page.

| screen | shows | pictures |
|---|---|---|
${rows.join('\n')}
`
}
