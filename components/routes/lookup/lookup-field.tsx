import { parsePastMoment, formatTypedMoment } from '../../time/typed-moment.ts'
import { usePageTime } from '../../time/use-page-time.ts'
import { CommittedTextField } from '../../ui/draft-field.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { parseTypedLookup } from './typed-lookup.ts'

/** Field for an address and an optional time: `10.10.4.7 at 03:12 last night`. */
export function LookupField({
  ip,
  onChange,
  className,
}: {
  ip: string | null
  onChange: (ip: string | null) => void
  className: string
}) {
  const { at, kind, setMoment } = usePageTime()
  const zone = useZone()
  const now = useRealNow(60_000)
  const read = (text: string) =>
    parseTypedLookup(text, (moment) => {
      const found = parsePastMoment(moment, now, zone)
      return found === null ? null : new Date(found).toISOString()
    })
  const write = (address: string, moment: string | null) =>
    moment === null ? address : `${address} at ${formatTypedMoment(Date.parse(moment), zone)}`
  return (
    <CommittedTextField
      label="Look up an address"
      hideLabel
      value={ip === null ? null : write(ip, kind === 'moment' ? at : null)}
      placeholder="10.10.4.7 at 03:12 last night"
      read={(text) => {
        const found = read(text)
        return found && write(found.ip, found.at)
      }}
      complaint="Enter an IP address such as 10.10.4.7, with a time behind it or without: 10.10.4.7 at 03:12"
      onChange={(text) => {
        const found = text === null ? null : read(text)
        onChange(found?.ip ?? null)
        if (found && found.at !== (kind === 'moment' ? at : null)) setMoment(found.at)
      }}
      className={className}
      search
    />
  )
}
