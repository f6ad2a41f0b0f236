import "./theme.ts";
import { render } from "preact";
import { hideToken } from "./address.ts";
import { App } from "./app.tsx";
import "./styles/base.css";
import "./styles/bar.css";
import "./styles/table.css";
import "./styles/row.css";

hideToken();
const root = document.querySelector("#app");
if (root !== null) render(<App />, root);
