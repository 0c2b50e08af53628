import { patternsOf } from './patterns.ts'

const MAX_LENGTH = 72
/**
 * First words that show that the subject of a commit is a statement or a noun, and does not begin with an imperative
 * verb.
 */
const NO_VERB =
  /^(?:an?|the|what|which|who|one|no|nothing|nobody|none|every|each|all|two|three|some|several|of|by|as|with|without|for|in|on|it|its|they|this|that|these|those|more|less|new|not|only|also|if|when|where|[A-Z]{2,}|\w+(?:ing|ed|tion|ness|ity))\b/

/**
 * Returns the fault of a commit's subject, such as `fix(wall): show the hour`; null if it is an imperative of at most
 * 72 characters.
 */
export function subjectFault(subject: string): string | null {
  const text = subject.replace(/^[a-z]+(?:\([^)]*\))?!?: /, '')
  if (subject.length > MAX_LENGTH) return `more than ${MAX_LENGTH} characters`
  if (/^follow what was added$/i.test(text)) return 'names no change'
  if (!/^[a-z]+ \S/i.test(text) || NO_VERB.test(text)) return 'begins without an imperative verb and an object'
  return patternsOf(text).find(({ isRejected }) => isRejected)?.name ?? null
}
