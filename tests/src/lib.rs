//! The whole system, scenario by scenario.
