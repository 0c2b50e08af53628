import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '#components/ui/fallback-fonts.css'
import '../../../app/globals.css'
import { createRoot } from 'react-dom/client'
import { CurrentUserProvider, type CurrentUser } from '#components/access/caller.tsx'
import { OwnAsnNamesProvider } from '#components/ui/facts/as-path.tsx'
import { ScreenProviders } from '#components/shell/screen-frame.tsx'
import { ScreenFrame } from '#components/shell/screen-frame.tsx'
import { parsePreferences } from '#components/ui/preferences-values.ts'
import { ACCESS_RIGHTS } from '#lib/contract/access/rights.ts'
import { componentGalleryCases } from '../cases.tsx'
import { getScreenAtPath } from '../screens.tsx'

const caller: CurrentUser = { kind: 'open', name: 'gallery', role: 'admin', rights: ACCESS_RIGHTS }
const preferences = parsePreferences(undefined, undefined)
const renderedAt = Math.floor(Date.now() / 1000) * 1000

/** Draws one component without surroundings. */
function Case({ name }: { name: string }) {
  const found = componentGalleryCases.find((one) => one.name === name)
  return (
    <CurrentUserProvider caller={caller}>
      <ScreenProviders preferences={preferences} renderedAt={renderedAt}>
        <OwnAsnNamesProvider>
          <div
            id="case"
            data-case={name}
            className="w-fit max-w-full min-w-40 bg-surface p-4 text-ink"
            style={{ width: found?.width }}
          >
            {found?.node}
          </div>
        </OwnAsnNamesProvider>
      </ScreenProviders>
    </CurrentUserProvider>
  )
}

/** Draws the screen of the address, within its frame as in the product. */
function Screen() {
  const { screen, framed } = getScreenAtPath(location.pathname)
  if (!framed) return screen
  return (
    <ScreenFrame
      caller={caller}
      preferences={preferences}
      renderedAt={renderedAt}
      simulator={null}
      openAccess={false}
      facts={{ customers: [], open: null, polls: null, hasRouters: false, isSimulated: false }}
    >
      {screen}
    </ScreenFrame>
  )
}

const root = createRoot(document.querySelector('#stage') ?? document.body)
if (location.pathname !== '/component') root.render(<Screen />)
// used by take.ts, which takes a picture of each case
Object.assign(window, {
  galleryCases: componentGalleryCases.map(({ name }) => name),
  showCase: (name: string) => root.render(<Case key={name} name={name} />),
})
