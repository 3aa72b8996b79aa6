/**
 * Who may import whom. The rule `facelane/layers` (layers.js) reads this table and nothing else, so this is the place
 * to change the architecture on purpose. Order matters: a file belongs to the first layer whose pattern fits its path.
 *
 * @typedef {object} Layer
 * @property {string} name
 * @property {readonly string[]} paths   folders (`a/b/`) and files (`a/b.ts`) from the repository root; `*` is one
 *                                       folder or part of a name
 * @property {readonly string[] | 'any'} layers    the other layers it may import; its own files always
 * @property {readonly string[] | 'any'} packages  npm packages it may import
 * @property {boolean} node              may it import `node:*`
 * @property {string} instead            what to do instead; the end of every message about this layer
 */

/** What everything inside the lane stands on. */
const foundation = ['contract', 'domain', 'ports', 'device ports', 'telemetry']

/**
 * @param {string} name
 * @param {readonly string[]} siblings
 * @param {string} instead
 * @returns {Layer}
 */
function core(name, siblings, instead) {
  const layers = [...foundation, ...siblings].filter((other) => other !== name)
  return { name, paths: [`src-main/${name}/`], layers, packages: 'any', node: true, instead }
}

/** @type {readonly Layer[]} */
export const layers = [
  {
    name: 'tool configuration',
    paths: ['eslint/', '*.config.ts', '*.config.js', 'src-renderer/*.config.ts'],
    layers: [],
    packages: 'any',
    node: true,
    instead: 'A tool configuration loads the tool, not the product.',
  },
  {
    name: 'contract',
    paths: ['src-main/contract/'],
    layers: [],
    packages: ['zod'],
    node: false,
    instead:
      'The contract is what every process can load: schemas and types only. Put behaviour into src-main/domain.',
  },
  {
    name: 'domain',
    paths: ['src-main/domain/'],
    layers: ['contract'],
    packages: [],
    node: false,
    instead: 'The domain is pure: take what comes from outside as an argument, and return effects as data.',
  },
  {
    name: 'ports',
    paths: ['src-main/ports/'],
    layers: ['contract', 'domain', 'device ports'],
    packages: [],
    node: false,
    instead:
      'A port is types and the promises an implementer keeps. Put the implementation into an adapter folder.',
  },
  {
    name: 'device ports',
    paths: ['drivers/port/', 'drivers/*/port.ts', 'drivers/*/*-port.ts'],
    layers: ['contract'],
    packages: [],
    node: false,
    instead: 'A device port says what a driver promises. Put what needs a machine into the driver beside it.',
  },
  {
    name: 'virtual serial',
    paths: ['drivers/virtual-serial/'],
    layers: ['contract', 'device ports', 'byte stream'],
    packages: 'any',
    node: true,
    instead:
      'A virtual serial port carries bytes and knows no device. Put device behaviour into the emulator.',
  },
  {
    name: 'byte stream',
    paths: ['drivers/byte-stream/'],
    layers: ['contract', 'device ports'],
    packages: 'any',
    node: true,
    instead: 'A byte stream opens a port and carries bytes. Put framing and commands into the driver.',
  },
  {
    name: 'emulators',
    paths: ['drivers/*/*emulator*', 'drivers/*/emulator/', 'drivers/*/*/*emulator*'],
    layers: [
      'contract',
      'device ports',
      'byte stream',
      'human interface',
      'relay board',
      'virtual serial',
      'drivers',
    ],
    packages: 'any',
    node: true,
    instead: 'An emulator is the device at the far end of the wire: it knows bytes, not the lane.',
  },
  {
    name: 'human interface',
    paths: ['drivers/hid/'],
    layers: ['contract', 'device ports', 'byte stream'],
    packages: [],
    node: true,
    instead: 'The HID folder reads reports and keys and knows no device. Put what they mean into the driver.',
  },
  {
    name: 'relay board',
    paths: ['drivers/relay-board/'],
    layers: ['contract', 'device ports'],
    packages: [],
    node: false,
    instead:
      'A relay board switches contacts and knows no lamp and no buzzer. Put what hangs on it into the driver.',
  },
  {
    name: 'isolation',
    paths: ['drivers/isolation/'],
    layers: ['contract', 'device ports', 'byte stream'],
    packages: [],
    node: true,
    instead:
      'Isolation runs any module in a process of its own and knows none. Name the module in the driver.',
  },
  {
    name: 'drivers',
    paths: ['drivers/'],
    layers: [
      'isolation',
      'human interface',
      'relay board',
      'contract',
      'device ports',
      'byte stream',
      'emulators',
    ],
    packages: 'any',
    node: true,
    instead:
      'A driver knows its own device only. The supervisor (src-main/devices) owns connections and lends channels.',
  },
  {
    name: 'project',
    paths: ['package.json', 'src-main/project.ts', 'src-main/version.ts'],
    layers: [],
    packages: [],
    node: true,
    instead: 'The project facts are a version and the places of files. Hand them on as arguments.',
  },
  core(
    'platform',
    [],
    'The platform answers for the machine: clock, chance, files. What uses it takes the port instead.',
  ),
  core('telemetry', [], 'Telemetry is told things; it asks nobody. Hand it what it needs as an argument.'),
  core('config', [], 'Configuration is read before anything is built. Hand it what it needs as an argument.'),
  core(
    'catalogue',
    [],
    'The import reads a file and writes through the store port. Put rules about items into src-main/domain.',
  ),
  {
    name: 'template protection',
    paths: ['src-main/face/protection/'],
    layers: ['ports'],
    packages: [],
    node: true,
    instead: 'Template protection turns vectors under a key and knows no gallery. Hand it what it needs.',
  },
  core(
    'store',
    ['template protection'],
    'The store keeps rows and keys. Let the folder that owns the rule call it, through a repository.',
  ),
  core(
    'journal',
    ['store'],
    'The journal writes through the store. What causes an entry calls the journal, not the reverse.',
  ),
  core(
    'hub-client',
    ['store', 'journal'],
    'Take the other room as a port (src-main/ports) and let runtime.ts pass it in.',
  ),
  core(
    'members',
    ['store', 'journal'],
    'Take the other room as a port (src-main/ports) and let runtime.ts pass it in.',
  ),
  core(
    'receipts',
    ['store', 'journal'],
    'Take the other room as a port (src-main/ports) and let runtime.ts pass it in.',
  ),
  core(
    'face',
    ['store', 'journal', 'template protection'],
    'Take the other room as a port (src-main/ports) and let runtime.ts pass it in.',
  ),
  core(
    'payments',
    ['store', 'journal'],
    'Take the other room as a port (src-main/ports) and let runtime.ts pass it in.',
  ),
  core(
    'fiscal',
    [],
    'The fiscal desk keeps records through the store port and asks the device through its port.',
  ),
  core(
    'vending',
    [],
    'A vending run keeps its jobs through the store port, asks the machine through its port and is handed the refunds.',
  ),
  core('cards', [], 'Card payments keep calls through the store port and ask the terminal through its port.'),
  core(
    'bench',
    [
      'drivers',
      'byte stream',
      'human interface',
      'virtual serial',
      'emulators',
      'devices',
      'store',
      'config',
    ],
    'The bench is the emulated world around a lane: it moves devices, never the sale. Take the rest as an argument.',
  ),
  core(
    'devices',
    ['drivers', 'byte stream', 'isolation', 'human interface', 'virtual serial', 'emulators'],
    'The supervisor knows drivers, not sales. Let the lane controller ask it through a device port.',
  ),
  core(
    'lane',
    ['store', 'journal', 'members', 'receipts', 'face', 'payments'],
    'The lane controller reaches devices through their ports; runtime.ts passes the supervisor and the configuration in.',
  ),
  {
    name: 'runtime',
    paths: ['src-main/runtime.ts', 'src-main/runtime/'],
    layers: [
      ...foundation,
      'project',
      'platform',
      'config',
      'catalogue',
      'store',
      'journal',
      'hub-client',
      'members',
      'receipts',
      'face',
      'payments',
      'fiscal',
      'cards',
      'vending',
      'drivers',
      'devices',
      'bench',
      'lane',
    ],
    packages: 'any',
    node: true,
    instead: 'The runtime builds the lane and knows no window. Let the shell or the command call it.',
  },
  {
    name: 'shell page',
    paths: ['src-main/shell/page/'],
    layers: ['contract'],
    packages: [],
    node: true,
    instead:
      'What both shells serve is files and headers. Put what needs a window or a server into that shell.',
  },
  {
    name: 'electron shell',
    paths: ['src-main/shell/electron/'],
    layers: [...foundation, 'project', 'platform', 'config', 'runtime', 'shell page'],
    packages: ['electron', 'zod'],
    node: true,
    instead:
      'A shell hosts the runtime and adds a window. Put behaviour into the core and expose it in runtime.ts.',
  },
  {
    name: 'shell',
    paths: ['src-main/shell/'],
    layers: [...foundation, 'project', 'platform', 'config', 'runtime', 'shell page'],
    packages: 'any',
    node: true,
    instead:
      'A shell hosts the runtime and adds a window. Put behaviour into the core and expose it in runtime.ts.',
  },
  {
    name: 'cli',
    paths: ['src-main/cli/'],
    layers: 'any',
    packages: 'any',
    node: true,
    instead: 'Electron starts from src-main/shell/electron only; a command spawns it as a process.',
  },
  {
    name: 'hub',
    paths: ['src-hub/'],
    layers: ['contract', 'domain'],
    packages: 'any',
    node: true,
    instead:
      'The hub shares contract and domain with the lane, nothing else. Move what both need into one of those.',
  },
  {
    name: 'example provider',
    paths: ['fixtures/providers/'],
    layers: ['hub', 'contract'],
    packages: [],
    node: true,
    instead:
      'An example provider is a package of somebody else: types of the port and nothing of the hub that runs.',
  },
  {
    name: 'example driver',
    paths: ['fixtures/drivers/'],
    layers: ['device ports', 'contract'],
    packages: [],
    node: true,
    instead:
      'An example driver is a package of somebody else: types of the ports, and what the host lends it, no more.',
  },
  {
    name: 'renderer',
    paths: ['src-renderer/'],
    layers: ['contract', 'domain'],
    packages: 'any',
    node: false,
    instead:
      'The page shows the published LaneView and sends LaneCommands; it reaches nothing else of the lane.',
  },
  {
    name: 'launcher',
    paths: ['scripts/'],
    layers: [],
    packages: ['vitest'],
    node: true,
    instead:
      'The launcher runs before anything is installed: plain JavaScript, Node built-ins only; spawn the rest.',
  },
  {
    name: 'tests',
    paths: ['tests/'],
    layers: 'any',
    packages: 'any',
    node: true,
    instead: 'A test takes a stand-in instead of Electron; types come with `import type`.',
  },
]

/** Packages with one home. The home is a folder; `types` lets tests name the types without loading the package. */
export const packageHomes = [
  {
    name: 'electron',
    home: 'src-main/shell/electron/',
    typesElsewhere: ['tests/'],
    instead:
      'Inject what you need (see ElectronLike in src-main/shell/electron) so that it runs without the binary.',
  },
]
