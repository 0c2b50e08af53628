import type { PostureContent, PostureEntry } from '../content.ts'
import { line, type Section } from './section.ts'
import { counted, oneLine, titleOf } from './words.ts'

/** The digest of posture: a section for each failing check, the worst first. */
export function postureSections(content: PostureContent, publicUrl: string | null): Section[] {
  const { entries, failing, since } = content
  const left = failing.length - entries.length
  return [
    {
      heading: oneLine(titleOf(content)),
      lines: [
        line('', 'What is configured or learned and fails a check: nothing has happened. What is exempt is left out.'),
        ...(since ? [line('Since last week', `${since.fresh} new, ${since.over} over`)] : []),
        ...(left > 0 ? [line('', `${counted(left, 'more failing check')} on the page Resilience.`)] : []),
        ...(publicUrl === null
          ? []
          : [{ ...line('Peerwatch', `${publicUrl}/resilience`), url: `${publicUrl}/resilience` }]),
      ],
    },
    ...entries.map(section),
  ]
}

function section({ name, subject, severity, customer, reason, remedy, source }: PostureEntry): Section {
  return {
    heading: oneLine(`${name}: ${subject}`),
    lines: [
      line('Severity', severity),
      ...(customer === null ? [] : [line('Customer', customer)]),
      line('Why', reason),
      ...(remedy === '' ? [] : [line('What to do', remedy)]),
      { ...line('Source', source), url: source },
    ],
  }
}
