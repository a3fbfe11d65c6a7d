// What every page does beyond plain HTML. Each part is a module of its own and works on what it finds; a page without
// it stays usable.

import { find } from './anlan/find.js';
import { folds } from './anlan/folds.js';
import { forms } from './anlan/forms.js';
import { drafts } from './anlan/drafts.js';
import { references } from './anlan/references.js';
import { files } from './anlan/files.js';
import { places } from './anlan/places.js';
import { picks } from './anlan/picks.js';
import { share } from './anlan/share.js';
import { progress } from './anlan/progress.js';

for (const part of [find, folds, files, references, drafts, forms, places, picks, share, progress]) part(document);
