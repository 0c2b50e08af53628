import type { ControlledPanelProps } from '../ui/overlay/panel-props.ts'
import DialogPanel from '../ui/overlay/dialog-panel.tsx'
import { listAllowedPages } from './navigation-pages.ts'
import { useNavigationPermissions } from './visitor.tsx'

/** Dialog with the list of keyboard shortcuts. */
export default function KeyboardHelp(panel: ControlledPanelProps) {
  const visitor = useNavigationPermissions()
  return (
    <DialogPanel {...panel} title="Keyboard">
      <dl className="grid grid-cols-[1fr_auto] gap-y-1.5">
        <Shortcut what="Search" keys={['/']} />
        <Shortcut what="Clock: a moment or a range" keys={['.']} />
        <Shortcut what="Back to now" keys={['n']} />
        <Shortcut what="Filter this page" keys={['f']} />
        <Shortcut what="Next row, previous row" keys={['j', 'k']} />
        <Shortcut what="Acknowledge the incident" keys={['a']} />
        <Shortcut what="Ticket text" keys={['t']} />
        <Shortcut what="This help" keys={['?']} />
      </dl>
      <h3 className="mt-4 mb-1.5 text-xs text-ink-3">Go to: g, then</h3>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 sm:grid-cols-3">
        {listAllowedPages(visitor).map(
          ({ name, key }) =>
            key && (
              <div key={key} className="flex items-center gap-2">
                <dd>
                  <Key name={key} />
                </dd>
                <dt className="text-ink-2">{name}</dt>
              </div>
            ),
        )}
      </dl>
    </DialogPanel>
  )
}

function Shortcut({ what, keys }: { what: string; keys: string[] }) {
  return (
    <>
      <dt className="text-ink-2">{what}</dt>
      <dd className="flex justify-end gap-1">
        {keys.map((key) => (
          <Key key={key} name={key} />
        ))}
      </dd>
    </>
  )
}

const Key = ({ name }: { name: string }) => (
  <kbd className="inline-block min-w-6 rounded-sm border border-line-strong bg-sunken px-1.5 text-center font-mono text-xs leading-5">
    {name}
  </kbd>
)
