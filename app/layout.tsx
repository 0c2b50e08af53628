import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { SimulatorControl } from '#components/demo/simulator-control.tsx'
import { Providers } from '#components/shell/providers.tsx'
import { Shell } from '#components/shell/shell.tsx'
import { readPreferences, THEME_COOKIE, ZONE_COOKIE } from '#components/ui/preferences-values.ts'

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

export default async function RootLayout({ children }: { children: ReactNode }) {
  // each page carries its own nonce, so none of them can be drawn ahead of its request
  await connection()
  const jar = await cookies()
  const preferences = readPreferences(jar.get(THEME_COOKIE)?.value, jar.get(ZONE_COOKIE)?.value)
  const simulator = process.env.PEERWATCH_SIMULATOR_CONTROL_URL
  return (
    <html lang="en" data-theme={preferences.theme}>
      <body>
        <Providers preferences={preferences} renderedAt={Math.floor(Date.now() / 1000) * 1000}>
          <Shell>{children}</Shell>
          {simulator && <SimulatorControl url={simulator} />}
        </Providers>
      </body>
    </html>
  )
}
