import { type SetupResult, type SetupState, setupCheckRecords } from '#lib/contract/words/setup-checks.ts'

const marks: Readonly<Record<SetupState, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', skip: '-   ' }

/**
 * Returns the results as text for a terminal. Each check has a line and, if needed, the actions to take. The last line
 * has the totals.
 */
export function formatDoctorResults(results: readonly SetupResult[]): string {
  const lines = together(results).flatMap(([{ id, state, detail, lines: more, remedy, commands }, ...others]) => [
    `${marks[state]}  ${[id, ...others.map((other) => other.id)].map((each) => setupCheckRecords[each].title).join(', ')}: ${detail}`,
    ...more.map((line) => `        ${line}`),
    ...(remedy === null ? [] : [`      > ${remedy}`]),
    ...commands.map((command) => `        $ ${command}`),
  ])
  const count = (state: SetupState) => results.filter((result) => result.state === state).length
  const sum = `${count('pass')} ok, ${count('warn')} with a warning, ${count('fail')} failed, ${count('skip')} not checked`
  return `${[...lines, '', sum].join('\n')}\n`
}

type Group = [SetupResult, ...SetupResult[]]

/** Combines consecutive skipped checks with the same reason, so that they share a line. */
function together(results: readonly SetupResult[]): Group[] {
  const groups: Group[] = []
  for (const result of results) {
    const last = groups.at(-1)
    if (result.state === 'skip' && last?.[0].state === 'skip' && last[0].detail === result.detail) last.push(result)
    else groups.push([result])
  }
  return groups
}
