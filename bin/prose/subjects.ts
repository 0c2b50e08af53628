import { findProsePatterns } from './patterns.ts'

const MAX_LENGTH = 72
/**
 * Matches the beginning of a commit subject that does not start with an imperative verb, but for example with a noun.
 */
const NO_VERB =
  /^(?:an?|the|what|which|who|one|no|nothing|nobody|none|every|each|all|two|three|some|several|of|by|as|with|without|for|in|on|it|its|they|this|that|these|those|more|less|new|not|only|also|if|when|where|[A-Z]{2,}|\w+(?:ing|ed|tion|ness|ity))\b/

/**
 * Returns the fault of a commit subject; null if it is correct. A correct subject has at most 72 characters and an
 * imperative verb, for example `fix(wall): show the hour`.
 */
export function findCommitSubjectFault(subject: string): string | null {
  const text = subject.replace(/^[a-z]+(?:\([^)]*\))?!?: /, '')
  if (subject.length > MAX_LENGTH) return `more than ${MAX_LENGTH} characters`
  if (/^follow what was added$/i.test(text)) return 'names no change'
  if (!/^[a-z]+ \S/i.test(text) || NO_VERB.test(text)) return 'begins without an imperative verb and an object'
  return findProsePatterns(text).find(({ isRejected }) => isRejected)?.name ?? null
}
