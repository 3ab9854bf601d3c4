package io.lss.tck;

/** S19. */
abstract class CloseRules extends ProgramRules {}
