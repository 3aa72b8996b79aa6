import './design/index.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { pageBridge } from './bridge/pageBridge.ts'
import { createCameraPicture } from './camera/cameraPicture.tsx'
import { playTones } from './sound/player.ts'
import { createLaneStore } from './state/laneStore.ts'
import { listenForWedge } from './wedge/listen.ts'

async function start(): Promise<void> {
  const bench = __BENCH__ ? await import('./bench/kit.tsx') : null
  const bridge = pageBridge(bench?.socketBench)
  const { store } = createLaneStore(bridge)
  playTones(store)
  listenForWedge(window, (text) => void bridge.command({ type: 'barcode:enter', text }))
  const kit = bench?.createBenchKit(bridge)
  const Picture = kit?.Picture ?? createCameraPicture(bridge, store, ({ view }) => view?.camera === 'lane')
  const place = document.getElementById('root')
  if (place === null) throw new Error('The page has no element with the id "root".')
  createRoot(place).render(
    <App store={store} Picture={Picture} {...(kit === undefined ? {} : { Bench: kit.Panel })} />,
  )
}

void start()
