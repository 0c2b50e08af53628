import { type SetupResult, type SetupState, setupCheckRecords } from '#lib/contract/words/setup-checks.ts'

const marks: Readonly<Record<SetupState, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', skip: '-   ' }

/** The results for a terminal: a line for each check, what to do below it, and the sum at the end. */
export function doctorText(results: readonly SetupResult[]): string {
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

/** Checks that follow each other and were not made for one reason share a line. */
function together(results: readonly SetupResult[]): Group[] {
  const groups: Group[] = []
  for (const result of results) {
    const last = groups.at(-1)
    if (result.state === 'skip' && last?.[0].state === 'skip' && last[0].detail === result.detail) last.push(result)
    else groups.push([result])
  }
  return groups
}
