import type { CorrectnessJudgement } from './judge.ts'

/** Formats a table of judgements by class. */
export function formatJudgementCounts(judgements: readonly CorrectnessJudgement[]): string {
  const row = (of: string, own: readonly CorrectnessJudgement[]) => {
    const count = (is: CorrectnessJudgement['is']) => own.filter((one) => one.is === is).length
    return `| ${of} | ${own.length} | ${count('wrong')} | ${count('unknown')} |`
  }
  const byClass = [...Map.groupBy(judgements, ({ of }) => of)]
  return [
    '| class | judged | wrong | needlessly unknown |',
    '|---|---|---|---|',
    ...byClass.map(([of, own]) => row(of, own)),
    row('all', judgements),
  ].join('\n')
}

/** Formats a table of faults by kind, the most frequent first. */
export function formatFaultCountsByKind(faults: readonly string[]): string {
  const byKind = [...Map.groupBy(faults, (what) => what)].toSorted(([, a], [, b]) => b.length - a.length)
  return ['| fault | count |', '|---|---|', ...byKind.map(([what, own]) => `| ${what} | ${own.length} |`)].join('\n')
}
