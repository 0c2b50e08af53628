import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '#components/ui/fallback-fonts.css'
import './globals.css'
import { clsx } from 'clsx'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import type { ScreenCaller } from '#components/access/caller.tsx'
import { Frame } from '#components/shell/frame.tsx'
import { DENSITY_COOKIE, readPreferences, THEME_COOKIE, ZONE_COOKIE } from '#components/ui/preferences-values.ts'
import { accountView, callerOf, UnauthenticatedError } from '#lib/access/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { settings } from '#lib/platform/settings.ts'
import { customerNames } from '#lib/queries/index.ts'
import { askForPage } from './_shared/page-reader.ts'
import { latinMono, latinSans } from './fonts.ts'

export const metadata: Metadata = {
  title: { default: 'Peerwatch', template: '%s · Peerwatch' },
  description: 'BGP sessions, routes and bytes of the hybrid edge of an Azure estate.',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#11161d' },
  ],
}

/** After this time the page is sent without the names of customers, and asks for them in the browser. */
const PATIENCE_MS = 500

export default async function RootLayout({ children }: { children: ReactNode }) {
  // each page carries its own nonce, so none of them can be drawn ahead of its request
  await connection()
  const jar = await cookies()
  const caller = await screenCaller()
  const preferences = readPreferences(
    jar.get(THEME_COOKIE)?.value,
    jar.get(ZONE_COOKIE)?.value,
    jar.get(DENSITY_COOKIE)?.value,
  )
  return (
    <html
      lang="en"
      data-theme={preferences.theme}
      data-density={preferences.density}
      className={clsx(latinSans.variable, latinMono.variable)}
    >
      <body>
        <Frame
          preferences={preferences}
          renderedAt={Math.floor(Date.now() / 1000) * 1000}
          simulator={process.env.PEERWATCH_SIMULATOR_CONTROL_URL ?? null}
          openAccess={settings().access === 'open'}
          caller={caller}
          customers={caller ? await customers() : []}
        >
          {children}
        </Frame>
      </body>
    </html>
  )
}

/** null = nobody, or who may see nothing */
async function screenCaller(): Promise<ScreenCaller | null> {
  try {
    const { kind, name, role, rights } = accountView(callerOf(await headers()))
    return rights.length === 0 || kind === 'wall' ? null : { kind, name, role, rights }
  } catch (error) {
    // a page that is for everybody
    if (error instanceof UnauthenticatedError) return null
    throw error
  }
}

/** null = not known in time. What the page shows is filtered by its address all the same. */
async function customers(): Promise<string[] | null> {
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
  try {
    return await Promise.race([askForPage(customerNames), patience])
  } catch (error) {
    componentLogger('pages').debug({ err: error }, 'a page is sent without the names of customers')
    return null
  }
}
