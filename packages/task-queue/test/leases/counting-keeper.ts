// A keeper's program whose store is memory that threads share: [renewals, closings, leases in the last renewal, mood].
import { serveLeaseKeeper } from '../../src/index.js';

serveLeaseKeeper((settings: { cells: SharedArrayBuffer }) => {
  const cells = new Int32Array(settings.cells);
  return {
    async renew(leases) {
      Atomics.store(cells, 2, leases.length);
      Atomics.add(cells, 0, 1);
      Atomics.notify(cells, 0);
      const mood = Atomics.load(cells, 3);
      if (mood === 1) throw Object.assign(new Error('the store is away'), { code: 'E_AWAY' });
      if (mood === 2) process.exit(7);
      return leases.map(({ id }) => (id === 'lost' ? 'lost' : id === 'cancelled' ? 'cancel' : 'held'));
    },
    close() {
      Atomics.add(cells, 1, 1);
    },
  };
});
