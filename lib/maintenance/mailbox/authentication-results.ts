/** One result in the header field Authentication-Results of a mail (RFC 8601). */
interface AuthenticationResult {
  /** method and result, such as `dkim=pass` */
  verdict: string
  /** names such as `header.d` with their values, in the order of the field */
  properties: [name: string, value: string][]
}

/**
 * Returns the topmost Authentication-Results field as one line, without its name. Null if the first header is not such
 * a field. Only the topmost field can be trusted: the receiving server adds its own field above all others, so a sender
 * can only forge fields below it.
 * @param headers all Authentication-Results fields of a mail, unchanged
 */
export function findTopmostAuthenticationResults(headers: string): string | null {
  const [first = '', ...rest] = headers.split(/\r?\n/)
  if (!first.toLowerCase().startsWith('authentication-results:')) return null
  const end = rest.findIndex((line) => !/^[ \t]/.test(line))
  return [first.slice(first.indexOf(':') + 1), ...rest.slice(0, end < 0 ? rest.length : end)].join(' ')
}

/**
 * Returns the reason why a mail may not come from the domain of its sender. Null if the receiving server confirmed the
 * domain by DMARC, or by a DKIM signature of the domain or of a parent domain.
 * @param field the topmost Authentication-Results field of the mail; null if it is missing
 * @param server expected name of the receiving server in this field (authserv-id)
 * @param domain domain of the From header, in lower case
 */
export function findAuthenticationFault(
  field: string | null,
  { server, domain }: { server: string; domain: string },
): string | null {
  if (field === null) return `${server} has not checked its sender: it has no Authentication-Results header`
  const { server: stated, results } = readField(field)
  if (stated !== server.toLowerCase())
    return `its topmost Authentication-Results header is from ${stated || 'an unnamed server'}, and not from ${server} (IMAP_AUTHSERV_ID)`
  if (results.some((result) => confirms(result, domain))) return null
  return `${server} has confirmed ${domain} neither by DKIM nor by DMARC`
}

function confirms({ verdict, properties }: AuthenticationResult, domain: string): boolean {
  const domains = (...names: string[]) =>
    properties.filter(([name]) => names.includes(name)).map(([, value]) => value.slice(value.lastIndexOf('@') + 1))
  if (verdict === 'dmarc=pass') {
    const from = domains('header.from')
    return from.length > 0 && from.every((one) => one === domain)
  }
  if (verdict !== 'dkim=pass') return false
  const signers = domains('header.d', 'header.i')
  return signers.length > 0 && signers.every((signer) => signer === domain || isAbove(signer, domain))
}

/**
 * Reports whether a domain is a subdomain of the domain that signed the mail. A signer that is only a top-level domain
 * does not count.
 */
const isAbove = (signer: string, domain: string) => signer.includes('.') && domain.endsWith(`.${signer}`)

function readField(field: string): { server: string; results: AuthenticationResult[] } {
  const [first = '', ...rest] = withoutComments(field).toLowerCase().split(';')
  return {
    // Takes only the first word, because a version number may follow the server's name.
    server: wordsOf(first)[0] ?? '',
    results: rest.map((text) => {
      const [verdict = '', ...properties] = wordsOf(text)
      return {
        verdict: verdict.replace(/^([a-z0-9-]+)\/\d+=/, '$1='),
        properties: properties.map((word) => [word.split('=')[0] ?? '', word.slice(word.indexOf('=') + 1)]),
      }
    }),
  }
}

const wordsOf = (text: string) =>
  text.split(/\s+/).filter(Boolean).join(' ').replaceAll(' =', '=').replaceAll('= ', '=').split(' ').filter(Boolean)

/**
 * Returns the field without comments and quotation marks. In a quoted value, spaces and semicolons become question
 * marks, so that a sender's text cannot look like a result.
 */
function withoutComments(field: string): string {
  let kept = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < field.length; at += 1) {
    let character = field[at] ?? ''
    const isEscaped = character === '\\' && (isQuoted || depth > 0)
    if (isEscaped) {
      at += 1
      character = field[at] ?? ''
    }
    if (depth > 0) {
      if (!isEscaped && character === '(') depth += 1
      if (!isEscaped && character === ')') depth -= 1
      if (depth === 0) kept += ' '
    } else if (!isEscaped && character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === '(') depth = 1
    else kept += isQuoted && /[\s;]/.test(character) ? '?' : character
  }
  return kept
}
