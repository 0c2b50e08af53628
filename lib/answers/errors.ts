/** The asked thing does not exist; the message says which and what to do. */
export class NotFoundError extends Error {
  override name = 'NotFoundError'
}

/** The question can't be answered as it was put; the message says what to ask instead. */
export class BadQuestionError extends Error {
  override name = 'BadQuestionError'
}
