import { takeExpectedBgpMessage } from './bgp-message.ts'
import { ByteReader } from './byte-reader.ts'
import { type AddressFamily, parseAddressFamily } from './address-family.ts'
import { formatIpv4Bytes, decodeWireText } from './wire-text.ts'

/** The content of the OPEN that one end of a session sends (RFC 4271 section 4.2, RFC 5492). */
export interface BgpOpen {
  /** ASN of the sender. It is the four-octet ASN if the sender has this capability (RFC 6793). */
  asn: number
  /** proposed hold time in seconds; 0 = no hold timer */
  holdTimeSeconds: number
  bgpId: string
  families: AddressFamily[]
  fourOctetAsns: boolean
  /** Address families for which the sender offers to send or receive several paths of a prefix (ADD-PATH, RFC 7911). */
  addPath: { family: AddressFamily; sends: boolean; receives: boolean }[]
  /** restart time of graceful restart (RFC 4724); null = not offered */
  gracefulRestart: { seconds: number } | null
  /** codes of all capabilities, in order, each once */
  capabilities: number[]
  /** host name from the FQDN capability (draft-walton-bgp-hostname-capability); absent = not stated */
  hostName?: string
}

const PARAMETER_CAPABILITIES = 2
/** Parameter type for the extended form of an OPEN, in which parameters have two-octet lengths (RFC 9072). */
const PARAMETER_EXTENDED = 255
const CAPABILITY = { multiprotocol: 1, gracefulRestart: 64, fourOctetAsns: 65, addPath: 69, fqdn: 73 }

/** Maximum valid mode of ADD-PATH; 3 means both send and receive. */
const MAX_ADD_PATH_MODE = 3

/**
 * Reads a BGP OPEN.
 * @throws BmpStreamError if it is malformed
 */
export function decodeBgpOpen(reader: ByteReader): BgpOpen {
  const body = takeExpectedBgpMessage(reader, 'open')
  body.u8('the BGP version')
  const open: BgpOpen = {
    asn: body.u16('the ASN of an OPEN'),
    holdTimeSeconds: body.u16('the hold time'),
    bgpId: formatIpv4Bytes(body.take(4, 'the BGP identifier')),
    families: [],
    fourOctetAsns: false,
    addPath: [],
    gracefulRestart: null,
    capabilities: [],
  }
  for (const parameter of parametersOf(body)) {
    if (parameter.type !== PARAMETER_CAPABILITIES) continue
    const { value } = parameter
    while (value.left > 0) {
      const code = value.u8('a capability')
      readCapability(open, code, value.part(value.u8('the length of a capability'), `capability ${code}`))
    }
  }
  return open
}

function* parametersOf(body: ByteReader): Generator<{ type: number; value: ByteReader }> {
  const shortLength = body.u8('the length of the optional parameters')
  if (shortLength === 0) return
  const rest = new ByteReader(body.rest())
  // the type of the first parameter, or the mark of the extended form (RFC 9072 section 2)
  let type = rest.u8('a parameter')
  const isExtended = shortLength === PARAMETER_EXTENDED && type === PARAMETER_EXTENDED
  const total = isExtended ? rest.u16('the length of the optional parameters') : shortLength - 1
  const parameters = rest.part(total, 'the optional parameters')
  let isFirst = !isExtended
  while (isFirst || parameters.left > 0) {
    if (!isFirst) type = parameters.u8('a parameter')
    isFirst = false
    const length = isExtended ? parameters.u16('the length of a parameter') : parameters.u8('the length of a parameter')
    yield { type, value: parameters.part(length, `parameter ${type}`) }
  }
}

function readCapability(open: BgpOpen, code: number, value: ByteReader): void {
  if (!open.capabilities.includes(code)) open.capabilities.push(code)
  switch (code) {
    case CAPABILITY.multiprotocol: {
      const afi = value.u16('an address family')
      value.u8('a reserved octet')
      const family = parseAddressFamily(afi, value.u8('a subsequent address family'))
      if (family && !open.families.includes(family)) open.families.push(family)
      return
    }
    case CAPABILITY.fourOctetAsns:
      open.asn = value.u32('a four-octet ASN')
      open.fourOctetAsns = true
      return
    case CAPABILITY.gracefulRestart:
      open.gracefulRestart = { seconds: value.u16('the restart time') & 0xfff }
      return
    case CAPABILITY.fqdn: {
      const [length = 0, ...text] = value.rest()
      if (length > 0 && length <= text.length) open.hostName = decodeWireText(Uint8Array.from(text.slice(0, length)))
      return
    }
    case CAPABILITY.addPath:
      while (value.left > 0) {
        const family = parseAddressFamily(value.u16('an address family'), value.u8('a subsequent address family'))
        const mode = value.u8('the mode of ADD-PATH')
        // ignore an ADD-PATH entry with an undefined mode (RFC 7911 section 4)
        if (family && mode <= MAX_ADD_PATH_MODE)
          open.addPath.push({ family, receives: (mode & 1) !== 0, sends: (mode & 2) !== 0 })
      }
  }
}
