import type { ScenarioGroundTruth } from '../../simulator/index.ts'
import type { TrueDown } from './audit.ts'

/** Returns the periods in which sessions were truly down according to the simulator. */
export function trueDowns({ sessions }: Pick<ScenarioGroundTruth, 'sessions'>): TrueDown[] {
  return sessions.flatMap(({ circuit, path, gateway, localAddress, neighbor, down }) =>
    down.map((one) => ({
      scopeName: circuit ?? gateway ?? '',
      path: path ?? '',
      subject: `${localAddress}~${neighbor}`,
      from: Date.parse(one.from),
      to: one.until === null ? null : Date.parse(one.until),
    })),
  )
}
