/** What came of an attempt. */
export type Delivery =
  | { delivered: true; answer: string }
  /** `final`: the other side says that it never will be taken */
  | { delivered: false; error: string; final: boolean }

export const failed = (error: string): Delivery => ({ delivered: false, error, final: false })

const words: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there (connection refused)',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the name is not known (DNS)',
  EAI_AGAIN: 'the name could not be looked up (DNS)',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
  EPIPE: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** Why a connection failed, in words; the message of the library where there are none. */
export function networkWords(error: unknown): string {
  const { code = '', name, message } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return 'it did not answer in time'
  // libraries put codes of their own over the system's, which is then left in the message
  const known = [code, ...message.split(/[^A-Z_]+/)].find((word) => words[word])
  return (known && words[known]) || message || code
}
