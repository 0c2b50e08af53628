import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'

const EXAMPLE = 'enter a server such as tls://logs.example.com:6514, tcp://… or udp://…'

/** Default ports of syslog by transport, as registered with IANA. */
const DEFAULT_PORTS = { tls: 6514, tcp: 601, udp: 514 } as const
type SyslogTransport = keyof typeof DEFAULT_PORTS

export interface SyslogServer {
  transport: SyslogTransport
  /** host name, or an IP address without brackets */
  host: string
  port: number
}

/**
 * Parses `tls://host:port`, `tcp://…` or `udp://…`; the port is optional. Returns null if the text has another form or
 * the port is not between 1 and 65535.
 */
export function parseSyslogServer(text: string): SyslogServer | null {
  const [, transport, bracketed, plain, port] =
    /^(tls|tcp|udp):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? []
  const host = bracketed ?? plain
  if (transport === undefined || host === undefined) return null
  const number = port === undefined ? DEFAULT_PORTS[transport as SyslogTransport] : Number(port)
  return number >= 1 && number <= 65_535 ? { transport: transport as SyslogTransport, host, port: number } : null
}

/** Channel kind that sends syslog messages (RFC 5424) over TLS (RFC 5425), TCP (RFC 6587) or UDP (RFC 5426). */
export const syslogChannel = {
  label: 'syslog server',
  schema: z.strictObject({
    ...commonChannelFields,
    kind: z.literal('syslog'),
    server: z
      .string(EXAMPLE)
      .trim()
      .max(300)
      .refine((text) => parseSyslogServer(text) !== null, EXAMPLE),
  }),
  shown: { server: z.string().nullable().describe('of syslog: transport, host and port') },
  absent: { server: null },
  addressMissing: null,
  secretMissing: null,
  form: [
    {
      name: 'server',
      label: 'Server',
      control: 'line',
      placeholder: 'tls://logs.example.com:6514',
      hint: 'tls, tcp or udp. An address that is not public must be listed in OUTBOUND_ALLOW. Over udp nobody knows whether it arrived.',
    },
  ],
} as const satisfies ChannelKindSpec
