import { checkAreas, type CheckKind, checkKindsByArea, checkRecords, checkSubjects } from '#lib/contract/index.ts'

const BEGIN = '<!-- checks of posture: written by `npm run docs` from lib/contract/checks -->'
const END = '<!-- end of the checks of posture -->'

/**
 * Replaces the part of a page that describes the checks of posture.
 * @throws Error when the page has no place for it
 */
export function withChecks(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${BEGIN}" before "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${tables()}\n\n${page.slice(to)}`
}

const tables = () =>
  [
    ...checkKindsByArea.map(({ area, kinds }) =>
      [`### ${checkAreas[area]}`, '', ...HEAD, ...kinds.map(row)].join('\n'),
    ),
    ['### Subjects', '', ...Object.entries(checkSubjects).map(([name, format]) => `- ${name}: ${format}`)].join('\n'),
  ].join('\n\n')

const HEAD = ['| check | what passes | a row for each | severity |', '|---|---|---|---|']

function row(kind: CheckKind): string {
  const { meaning, subject, severity, source } = checkRecords[kind]
  return `| [\`${kind}\`](${source}) | ${meaning} | ${subject} | ${severity} |`
}
