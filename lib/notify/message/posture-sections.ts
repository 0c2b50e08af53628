import { fact, oneLine, type Section } from '#lib/contract/document/model.ts'
import type { PostureContent, PostureEntry } from '../content.ts'
import { counted, titleOf } from './words.ts'

/** The digest of posture: a section for each failing check, the worst first. */
export function postureSections(content: PostureContent, publicUrl: string | null): Section[] {
  const { entries, failing, since } = content
  const left = failing.length - entries.length
  const facts = [
    fact('', 'What is configured or learned and fails a check: nothing has happened. What is exempt is left out.'),
    ...(since ? [fact('Since last week', `${since.fresh} new, ${since.over} over`)] : []),
    ...(left > 0 ? [fact('', `${counted(left, 'more failing check')} on the page Resilience.`)] : []),
    ...(publicUrl === null ? [] : [fact('Peerwatch', `${publicUrl}/resilience`, `${publicUrl}/resilience`)]),
  ]
  return [{ heading: oneLine(titleOf(content)), blocks: [{ facts }] }, ...entries.map(section)]
}

function section({ name, subject, severity, customer, reason, remedy, source }: PostureEntry): Section {
  const facts = [
    fact('Severity', severity),
    ...(customer === null ? [] : [fact('Customer', customer)]),
    fact('Why', reason),
    ...(remedy === '' ? [] : [fact('What to do', remedy)]),
    fact('Source', source, source),
  ]
  return { heading: oneLine(`${name}: ${subject}`), blocks: [{ facts }] }
}
