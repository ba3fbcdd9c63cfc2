/* No context menu, from the mouse or from the keyboard, except in fields. */

import { refuse } from "./fields.js";

export const start = ({ document }, { told }) => refuse(document, ["contextmenu"], told);
