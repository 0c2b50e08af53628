import { SingleChoiceButtons } from '../ui/choice.tsx'
import { uptimeDayCounts } from '../ui/preferences-values.ts'
import { useUptimeDayCount } from './use-uptime.ts'

const options = ['30', '90'] as const satisfies readonly `${(typeof uptimeDayCounts)[number]}`[]

/** Control to choose how many days uptime bars show. The choice applies to every list and page. */
export function UptimeDayCountChoice() {
  const [length, choose] = useUptimeDayCount()
  return (
    <SingleChoiceButtons
      label="Days of uptime"
      options={options}
      words={{ 30: '30 d', 90: '90 d' }}
      names={{ 30: '30 days of uptime', 90: '90 days of uptime' }}
      value={`${length}`}
      onChange={(chosen) => {
        const known = uptimeDayCounts.find((one) => String(one) === chosen)
        if (known) choose(known)
      }}
    />
  )
}
