/** A kind of sentence that readers have to read twice, with the plain form that should replace it (docs/writing.md). */
export interface ProsePattern {
  name: string
  /** true = each occurrence is a fault; false = it only counts for the share of texts with two or more patterns */
  isRejected: boolean
  expression: RegExp
  plain: string
}

const rejected = (name: string, expression: RegExp, plain: string): ProsePattern => ({
  name,
  isRejected: true,
  expression,
  plain,
})
const counted = (name: string, expression: RegExp, plain: string): ProsePattern => ({
  name,
  isRejected: false,
  expression,
  plain,
})

export const PROSE_PATTERNS: readonly ProsePattern[] = [
  rejected(
    'opens with what, who or which',
    /^(?:what|who|whom|whose|whoever|by what|for what|of what|by which|after which|in which|up to where) /i,
    'begin with a verb for a function, with a noun for a type or field',
  ),
  rejected(
    '"what" instead of a noun',
    /(?<!^)\b[Ww]hat (?:is|was|are|were|has|had|can|can't|may|would|could|does|did|will|must|[a-z]{3,}(?:s|ed))\b/,
    'name the rows, polls or routes',
  ),
  rejected(
    '"who" without a noun',
    /\bwhoever\b|\b(?:of|for|by|to|from|with|than) who\b|(?:^|[;:,.] )who (?!is on call\b)[a-z]+s?\b/i,
    'name the user, worker, caller or router',
  ),
  rejected(
    'opens with of, as, by or beside',
    /^(?:of|as|by|beside|behind|beyond|against) (?!default\b|name\b|of\b)/i,
    'write the noun first',
  ),
  rejected(
    'fronted "Of X, Y"',
    /(?:^|[.;:] )Of (?:an?|the|several|one|what|each|two|both|more|all|its|those|which|somebody)\b|[;:] of (?:an?|the|several|one|what|each|two|both|more|all|its|those)\b/,
    'write "Y of X" or "For X, ..."',
  ),
  counted(
    'colon instead of because or so that',
    /[a-z0-9)`’]: (?:it|that|this|they|there|one|ones|no|who|whoever|what|then|nobody|nothing|none|both|all|such|those|these|else)\b/,
    'write because, so that or for example',
  ),
  counted(
    'nobody, nothing or none as a value',
    /(?:^|[;:,.=] |\b(?:of|by|to|for|says?|is|has|and|that|where|if) )(?:nobody|nothing|none)\b/i,
    'write null, empty, not configured or unknown',
  ),
  rejected(
    '"is no X"',
    /(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|later\b|earlier\b|different\b)\w+/i,
    'write "is not a X" or "does not count as X"',
  ),
  counted(
    '"where" instead of if',
    /(?:^|, |; |\. )where (?:it|they|no|nothing|nobody|none|one|that|this|both|all|several|each|Azure|ARM|there|an?|somebody)\b|\b(?:null|empty|absent|undefined|false|@throws \w+) where\b/i,
    'write if or when',
  ),
  rejected('stand', /\b(?:stands?|stood|standing)\b/i, 'write is, is shown, is stored or is unchanged'),
  counted('say, of data or code', /\b(?:says?|said)\b/i, 'write reports, returns, prints or declares'),
  counted(
    'go on, go with',
    /\b(?:goes|went|gone|go) (?:on|out|first|away|in|by|with|where|before|after|to|into|back|through)\b/i,
    'write the exact verb',
  ),
  rejected(
    '"one that", "those of"',
    /(?:^|[;:,.=] )(?:[Oo]ne that|[Oo]nes that|[Tt]hat of|[Tt]hose of|[Tt]hose that|[Tt]he former|[Tt]he latter)\b|\b(?:is|are|was|were) (?:one that|those that|that of|those of)\b/,
    'repeat the noun',
  ),
  counted(
    'beside, alone, at once, else',
    /\bbeside\b|(?<!left )(?<!leaving )\balone\b|\bat once\b|[;,] else\b/i,
    'write next to, only, immediately, together or otherwise',
  ),
  rejected(
    'an idiom',
    /\b(?:rests?|hangs?|hung|lands?) on\b|\b(?:held|hold|holds) against\b|\bfor good\b|\b(?:in|out of) sight\b|\bat first sight\b|\bby (?:itself|themselves)\b|\bput through\b|\btaken for\b|\bcame true\b/i,
    'write depends on, compared with, separately, permanently or visible',
  ),
  counted('ask, question (of programs)', /\b(?:asks?|asked|asking|questions?)\b/i, 'write query, request or poll'),
  counted(
    'so many, otherwise than, of now',
    /\b[Oo]therwise than\b|\b(?:is|are|was|were|called|grows|given|answered|reached|sold|works?|announces?|it|read|reports?|reported|announced|behaves?) otherwise\b|\b(?:is|are) (?:another|others|other) (?:one|than)\b|(?:^|[.;:,] )(?:[Ss]o) (?:many|much|long)\b|\bfor so (?:long|many)\b|\b[Bb]eyond so many\b|\b[Oo]f (?:now|then|late)\b|\bby then\b|\bhad it so\b/,
    'write the number, differently or current',
  ),
  counted(
    'two negatives',
    /\b(?:no|not|nothing|nobody|none|never|without|can't|neither|nor)\b[^.;:,]{0,40}\b(?:no|not|nothing|nobody|none|never|without|can't|neither|lacks?|nowhere)\b/i,
    'write a positive sentence',
  ),
  rejected('he, his', /\b(?:his|him|he)\b/i, 'write they or the user'),
]

/** Returns the patterns that a text has. */
export const findProsePatterns = (text: string): ProsePattern[] =>
  PROSE_PATTERNS.filter(({ expression }) => expression.test(text))
