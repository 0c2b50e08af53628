/** The requested resource does not exist; the message names it and what to do. */
export class NotFoundError extends Error {
  override name = 'NotFoundError'
}

/** The question can't be answered as it was put; the message says what to ask instead. */
export class InvalidRequestError extends Error {
  override name = 'InvalidRequestError'
}

/** What is asked for was true of an earlier version; the message says which one is in force. */
export class ConflictError extends Error {
  override name = 'ConflictError'
}
