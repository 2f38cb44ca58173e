import { test } from "@playwright/test";
import { forgetServedPages } from "../support/served.ts";

test("no page of an earlier run is kept", () => forgetServedPages());
