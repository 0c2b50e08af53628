'use client'

import SearchIcon from 'lucide-react/icons/search'
import { useState } from 'react'
import { canonicalAddress } from '#lib/bgp/index.ts'
import { resolveRange, type RangeAddress } from '../time/range.ts'
import { TimeRangePicker } from '../time/time-range-picker.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { useToast } from '../ui/toast.tsx'
import { Sample } from './sample.tsx'

/** @param theme tells the fields of the two columns apart for those who listen */
export function ControlSamples({ theme }: { theme: string }) {
  const notify = useToast()
  const now = useNow()
  const [asked, setRequested] = useState<RangeAddress>({ from: '24h', to: null })
  const [address, setAddress] = useState<string | null>('10.10.4')
  return (
    <Panel title="Controls">
      <Sample name="button">
        <Button>Plain</Button>
        <Button variant="strong">Strong</Button>
        <Button variant="quiet">Quiet</Button>
        <Button disabled>Disabled</Button>
        <IconButton label="Search">
          <SearchIcon aria-hidden />
        </IconButton>
        <CopyButton text="text" label="Copy" />
      </Sample>
      <Sample name="field">
        <TextField label={`Text, ${theme}`} placeholder="placeholder" className="w-32" />
        <TextField label={`Disabled, ${theme}`} disabled className="w-32" />
        <SelectField label={`Choice, ${theme}`} options={[{ value: 'a', label: 'Everything' }]} className="w-32" />
        <DraftField
          label={`Address, ${theme}`}
          value={address}
          placeholder="10.10.4.7"
          read={canonicalAddress}
          complaint="This is no IP address"
          onChange={setAddress}
        />
      </Sample>
      <Sample name="time range">
        <TimeRangePicker range={resolveRange(asked, '24h', now)} onChange={setRequested} />
      </Sample>
      <Sample name="toast">
        <Button onClick={() => notify({ tone: 'up', title: '12 rows exported as CSV' })}>Done</Button>
        <Button
          onClick={() =>
            notify({ tone: 'down', title: 'It could not be exported', detail: 'Peerwatch does not answer.' })
          }
        >
          Failed
        </Button>
      </Sample>
    </Panel>
  )
}
