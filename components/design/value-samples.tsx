import { formatBandwidth, formatCount, formatShare } from '../format/quantity.ts'
import { AsPath } from '../ui/as-path.tsx'
import { RateMeter } from '../ui/meter.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Bytes, Rate } from '../ui/quantities.tsx'
import { Sample } from './sample.tsx'

export function ValueSamples() {
  return (
    <Panel title="Values">
      <Sample name="bytes">
        <Bytes bytes="0" />
        <Bytes bytes="17255942240270" />
        <Bytes bytes="9007199254740993" atLeast />
        <Bytes bytes={null} />
      </Sample>
      <Sample name="rate">
        <Rate bits={0} />
        <Rate bits={1_310_000_000} />
        <Rate bits={null} />
      </Sample>
      <Sample name="bandwidth, share, count">
        <span>{formatBandwidth(50)}</span>
        <span>{formatBandwidth(2500)}</span>
        <span>{formatShare(0.0004)}</span>
        <span>{formatShare(0.62)}</span>
        <span>{formatCount(1234567)}</span>
      </Sample>
      <Sample name="prefix">
        <span className="font-mono">10.10.0.0/16</span>
        <span className="font-mono">2001:db8::/32</span>
      </Sample>
      <Sample name="AS path">
        <AsPath path={[12076, 65001, 65001, 65001]} />
        <AsPath path={[65515, 3356, 4_200_000_017]} />
        <AsPath path={[]} />
      </Sample>
      <div className="my-3 grid gap-3 sm:grid-cols-3">
        <RateMeter label="To Azure" bitsPerSecond={620e6} bandwidthMbps={1000} />
        <RateMeter label="From Azure (billed)" bitsPerSecond={970e6} bandwidthMbps={1000} />
        <RateMeter label="Not known" bitsPerSecond={null} bandwidthMbps={1000} />
      </div>
      <Facts
        facts={[
          ['Provider', 'Equinix'],
          ['S-tag', null],
        ]}
      />
    </Panel>
  )
}
