import { FramerailError } from '@framerail/lifecycle';

/** What `verifyExport` answers where ffmpeg can't do an edit that it is to be compared with. */
export function notVerifiable(what: string): FramerailError {
  return new FramerailError({
    code: 'E_NOT_VERIFIABLE',
    message: `Expected an edit that ffmpeg's filters can do too but received ${what}; check such an export by other means`,
    details: { what },
  });
}
